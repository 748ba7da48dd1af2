import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { anchors, links } from "./markdown.js";

/**
 * The links of a page that lead nowhere: to a file that is not there, or to a heading that the file does not have.
 *
 * @param page - the page's path in the folder.
 * @param folderOf - where a file that the page points to is looked for. Default: in the same folder.
 */
export function danglingLinks(
  folder: string,
  page: string,
  folderOf: (file: string) => string = () => folder,
): string[] {
  return links(readFileSync(path.join(folder, page), "utf8")).flatMap(({ target, heading }) => {
    const name = target === "" ? page : path.join(path.dirname(page), target);
    const file = path.join(folderOf(name), name);
    const leads =
      existsSync(file) && (heading === "" || anchors(readFileSync(file, "utf8")).includes(heading));
    return leads ? [] : [`${page} -> ${target}#${heading}`];
  });
}
