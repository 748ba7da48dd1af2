import type { InferGenerateOutput, OutputInterface } from "ai";

/**
 * What the `output` option of a stream handler parses its answers into: the type of a message's `output`.
 *
 * It is taken of the output format and not of the handler. A handler's type may not depend on its options: those name
 * `internal` functions, and the type of `internal` is made of the handler's.
 *
 * @example
 * const report = Output.object({ schema: z.object({ city: z.string() }) });
 * const { city } = message.output as OutputOf<typeof report>;
 */
export type OutputOf<Format extends OutputInterface> = InferGenerateOutput<Format>;
