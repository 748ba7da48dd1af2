import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Copies the repository as git would hand it out, with what is not committed yet.
 *
 * @param isWanted - whether to copy a file, by its path. Default: all.
 */
export function copyWorkingTree(to: string, isWanted: (file: string) => boolean = () => true): void {
  const command = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", command, { cwd: root, encoding: "utf8" }).split("\0");
  for (const file of listed.filter((file) => file !== "" && isWanted(file)))
    if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(to, file));
}
