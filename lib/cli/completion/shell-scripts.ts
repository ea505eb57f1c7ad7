/**
 * The scripts that complete commands in a shell. Each asks the program what can follow, also after
 * `npx millrace`, and then asks the program of the project directly: npx takes a second to start.
 */

/** The shells that there are scripts for. */
export const shells = Object.freeze(['bash', 'zsh', 'fish'] as const);

/** The scripts by shell. Where the program names nothing, the shell completes files. */
export const shellScripts: Readonly<Record<(typeof shells)[number], string>> = Object.freeze({
  // Bash splits words at colons, which names may have: they are put together again, and what is
  // typed up to the last colon is taken off the answers.
  bash: `_millrace_words() {
  local line program=$1 text=\${COMP_LINE:0:COMP_POINT}
  local -a words
  read -ra words <<<"$text"
  [[ $text == *[[:space:]] ]] && words+=('')
  words=("\${words[@]:$2}")
  local typed=\${words[-1]}
  local taken=\${typed%"\${typed##*:}"}
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    COMPREPLY+=("\${line#"$taken"}")
  done < <("$program" completion words -- "\${words[@]}" 2>/dev/null)
}
_millrace() { _millrace_words "$1" 1; }
_millrace_npx() {
  local folder=$PWD
  COMPREPLY=()
  [[ \${COMP_WORDS[1]} == millrace && $COMP_CWORD -gt 1 ]] || return 0
  while [[ -n $folder && ! -x $folder/node_modules/.bin/millrace ]]; do folder=\${folder%/*}; done
  [[ -n $folder ]] && _millrace_words "$folder/node_modules/.bin/millrace" 2
}
complete -o default -F _millrace millrace
complete -p npx &>/dev/null || complete -o default -F _millrace_npx npx
`,
  zsh: `#compdef millrace
_millrace() {
  local line program=\${1:-$words[1]}
  local -a found
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("$program" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe millrace found; else _files; fi
}
_millrace_npx() {
  local folder=$PWD
  if (( CURRENT < 3 )) || [[ $words[2] != millrace ]]; then _files; return; fi
  while [[ -n $folder && ! -x $folder/node_modules/.bin/millrace ]]; do folder=\${folder%/*}; done
  [[ -n $folder ]] || return 1
  shift words
  (( CURRENT -= 1 ))
  _millrace $folder/node_modules/.bin/millrace
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
compdef _millrace millrace
(( $+_comps[npx] )) || compdef _millrace_npx npx
`,
  fish: `function __millrace_words
  set -l program $argv[1]
  set -l from $argv[2]
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($program completion words -- $words[$from..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
function __millrace_complete
  __millrace_words (commandline -opc)[1] 2
end
function __millrace_complete_npx
  set -l folder $PWD
  while test -n "$folder"; and not test -x "$folder/node_modules/.bin/millrace"
    set folder (string replace -r '/[^/]*$' '' -- $folder)
  end
  test -n "$folder"; and __millrace_words "$folder/node_modules/.bin/millrace" 3
end
function __millrace_after_npx
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test "$words[2]" = millrace
end
complete -c millrace -f -a '(__millrace_complete)'
complete -c npx -n __millrace_after_npx -f -a '(__millrace_complete_npx)'
`,
});
