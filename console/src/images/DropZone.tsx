import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../ui/icons.tsx';
import { filesDropped, filesOf } from './droppedFiles.ts';
import { type Found, isHidden, looksLikeImage } from './found.ts';

interface DropProps {
  onFiles: (found: Found[]) => void;
  /** `all` lets through what is no photograph, for those who say why they leave it out. */
  accept?: 'images' | 'all';
  folder?: boolean;
  multiple?: boolean;
  children?: ComponentChildren;
  class?: string;
}

/** Takes files by dropping, choosing and, where it is the only one on the page, pasting. */
export function DropZone(props: DropProps) {
  const over = useSignal(false);
  const take = (found: Found[]) => {
    const wanted =
      props.accept === 'all' ? found : found.filter((each) => !isHidden(each.path) && looksLikeImage(each));
    if (wanted.length > 0) props.onFiles(props.multiple === false ? wanted.slice(0, 1) : wanted);
  };
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = async ({ clipboardData }: ClipboardEvent) => {
      if (clipboardData && clipboardData.files.length > 0) latest.current(await filesDropped(clipboardData));
    };
    if (props.multiple === false) return;
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, [props.multiple]);
  return (
    <div
      class={`drop ${over.value ? 'drop-over' : ''} ${props.class ?? ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={async (event) => {
        event.preventDefault();
        over.value = false;
        if (event.dataTransfer) take(await filesDropped(event.dataTransfer));
      }}
    >
      {props.children}
    </div>
  );
}

/** A button that opens the browser's choice of files or of a folder. */
export function Choose(props: {
  label: string;
  folder?: boolean;
  multiple?: boolean;
  accept?: 'images' | 'all';
  primary?: boolean;
  onFiles: (found: Found[]) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const folder = props.folder ? { webkitdirectory: true } : {};
  return (
    <>
      <button
        type="button"
        class={`button ${props.primary ? 'primary' : ''}`}
        onClick={() => input.current?.click()}
      >
        <Icon name={props.folder ? 'folder' : 'upload'} />
        {props.label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={props.label}
        multiple={props.multiple ?? true}
        {...(!props.folder && { accept: 'image/*' })}
        {...folder}
        onChange={({ currentTarget }) => {
          const found = filesOf(currentTarget);
          const wanted =
            props.accept === 'all'
              ? found
              : found.filter((each) => !isHidden(each.path) && looksLikeImage(each));
          if (wanted.length > 0) props.onFiles(wanted);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
