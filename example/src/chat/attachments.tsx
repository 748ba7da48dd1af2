import type { SentFile } from "convex-durable-agents/react";
import { useRef, useState } from "react";

/** A file travels inside the message here; an app would upload it to its storage and send the storage id. */
const MAX_BYTES = 500_000;

export interface Attachments {
  files: SentFile[];
  problem: string | null;
  add: (chosen: FileList) => Promise<void>;
  remove: (index: number) => void;
}

/** The files of a draft, and why one is not among them. */
export function useAttachments(draft: {
  files: SentFile[];
  attach: (files: SentFile[]) => void;
  detach: (index: number) => void;
}): Attachments {
  const [problem, setProblem] = useState<string | null>(null);
  return {
    files: draft.files,
    problem,
    add: async (chosen) => {
      const small = [...chosen].filter(({ size }) => size <= MAX_BYTES);
      setProblem(small.length < chosen.length ? "A file may have half a megabyte here." : null);
      draft.attach(await Promise.all(small.map(toSentFile)));
    },
    remove: draft.detach,
  };
}

const toSentFile = (file: File): Promise<SentFile> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve({
        mediaType: file.type || "application/octet-stream",
        filename: file.name,
        url: reader.result as string,
      });
    reader.onerror = () => reject(reader.error!);
    reader.readAsDataURL(file);
  });

export function AttachButton({ attachments }: { attachments: Attachments }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={({ target }) => {
          if (target.files) void attachments.add(target.files);
          target.value = "";
        }}
      />
      <button
        type="button"
        className="quiet attach"
        aria-label="Attach files"
        title="Attach files"
        onClick={() => input.current?.click()}
      >
        +
      </button>
    </>
  );
}

export function AttachedFiles({ attachments }: { attachments: Attachments }) {
  const { files, problem, remove } = attachments;
  if (files.length === 0 && !problem) return null;
  return (
    <div className="attached">
      {files.map(({ filename, mediaType, url }, index) => (
        <span key={index} className="attached-file">
          {mediaType.startsWith("image/") && <img src={url} alt="" />}
          {filename}
          <button
            type="button"
            className="quiet"
            aria-label={`Remove ${filename}`}
            onClick={() => remove(index)}
          >
            ×
          </button>
        </span>
      ))}
      {problem && <span className="error-text">{problem}</span>}
    </div>
  );
}
