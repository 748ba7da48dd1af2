import type { ReactNode } from "react";
import { STYLES } from "./styles/index.js";

export interface ThemeProps {
  /** The colours. Default: `"system"`, as the reader's system has it. */
  theme?: "light" | "dark" | "system";
  /** The nonce of the page's Content-Security-Policy, for the styles that come along. Default: none. */
  nonce?: string;
}

interface ThemedProps extends ThemeProps {
  label?: string;
  children: ReactNode;
}

/** A section with the styles of the devtools. */
export function Themed({ theme = "system", nonce, label, children }: ThemedProps) {
  return (
    <section className="cda" data-theme={theme} aria-label={label}>
      <style nonce={nonce}>{STYLES}</style>
      {children}
    </section>
  );
}
