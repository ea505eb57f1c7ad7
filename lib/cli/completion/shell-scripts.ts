/** The scripts that complete commands in a shell. Each asks the program what can follow. */

/** The shells that there are scripts for. */
export const shells = Object.freeze(['bash', 'zsh', 'fish'] as const);

/** The scripts by shell. Where the program names nothing, the shell completes files. */
export const shellScripts: Readonly<Record<(typeof shells)[number], string>> = Object.freeze({
  bash: `_millrace() {
  local line IFS=$'\\n'
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("$1" completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _millrace millrace
`,
  zsh: `#compdef millrace
_millrace() {
  local line
  local -a found
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe millrace found; else _files; fi
}
compdef _millrace millrace
`,
  fish: `function __millrace_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] completion words -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c millrace -f -a '(__millrace_complete)'
`,
});
