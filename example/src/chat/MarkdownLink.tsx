import type { ComponentProps } from "react";

/** A link of an answer. Its text is the model's, so the host that it leads to is shown as well. */
export function MarkdownLink({ href = "", children, ...props }: ComponentProps<"a">) {
  const host = hostOf(href);
  const isNamed = typeof children === "string" && host !== null && children.includes(host);
  return (
    <>
      <a href={href} target="_blank" rel="noreferrer" {...props}>
        {children}
      </a>
      {host !== null && !isNamed && <small className="muted"> ({host})</small>}
    </>
  );
}

/** A picture of an answer, as a link: to fetch it would tell its host whatever the model wrote into the address. */
export function MarkdownImage({ src, alt }: ComponentProps<"img">) {
  return <MarkdownLink href={typeof src === "string" ? src : ""}>{alt || "A picture"}</MarkdownLink>;
}

function hostOf(href: string): string | null {
  try {
    return new URL(href).host;
  } catch {
    return null;
  }
}
