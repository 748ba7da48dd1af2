import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The projects whose tests wait for other processes. */
const WAITING = ["browser", "node"];

/** Spreads the files that wait for other processes evenly among those that compute, so that no processor idles. */
export class SpreadWaiting extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ project }) => WAITING.includes(project.name));
    const computing = sorted.filter((file) => !waiting.includes(file));
    const share = (list: TestSpecification[]) => list.map((file, i) => ({ file, at: i / list.length }));
    return [...share(waiting), ...share(computing)].sort((a, b) => a.at - b.at).map(({ file }) => file);
  }
}
