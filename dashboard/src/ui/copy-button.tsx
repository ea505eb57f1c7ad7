/** Copies a text to the clipboard, letter for letter. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import styles from './copy-button.module.css';
import { toast } from './toast.ts';

/** A button that copies `text`; `what` names it for those who cannot see what stands beside it. */
export function CopyButton({
  text,
  what,
  word,
}: {
  readonly text: string | (() => string | Promise<string>);
  readonly what: string;
  /** A word beside the icon. @default the icon alone */
  readonly word?: string;
}) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await copyText(typeof text === 'string' ? text : await text());
      setCopied(true);
    } catch (error) {
      toast('failed', `could not copy: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      className={styles.copy}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
      title={`Copy ${what}`}
      aria-label={isCopied ? `Copied ${what}` : `Copy ${what}`}
    >
      <Icon size={13} aria-hidden />
      {word}
    </button>
  );
}

/** Copies a text. Without a secure context the browser offers only the older way. */
export async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  // A modal dialog makes everything outside of it inert.
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (!isDone) throw new Error('the browser refused: select the text and copy it yourself');
}
