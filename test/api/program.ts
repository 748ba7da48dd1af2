import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(import.meta.dirname, "../..");
const SOURCE = "@convex-dev/component-source";

export interface EntryPoint {
  /** What an app imports from. */
  name: string;
  /** The file of the sources. */
  source: string;
}

/** The package's entry points, without the generated one. */
export function entryPoints(): EntryPoint[] {
  const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    exports: Record<string, string | Record<string, string>>;
  };
  return Object.entries(exports).flatMap(([name, target]) => {
    const source = typeof target === "string" ? undefined : target[SOURCE];
    const isWritten = source !== undefined && !source.includes("_generated");
    return isWritten
      ? [{ name: `convex-durable-agents${name.slice(1)}`, source: path.join(root, source) }]
      : [];
  });
}

/** The sources of the package, as TypeScript sees them. */
export class Sources {
  readonly checker: ts.TypeChecker;
  private readonly program: ts.Program;

  constructor(files: string[]) {
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) =>
      ts.sys.readFile(file),
    ) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
    this.program = ts.createProgram(files, options);
    this.checker = this.program.getTypeChecker();
  }

  /** What a file exports, in the order of the alphabet. */
  exportedBy(file: string): ts.Symbol[] {
    const symbol = this.checker.getSymbolAtLocation(this.program.getSourceFile(file)!)!;
    return inOrder(this.checker.getExportsOfModule(symbol));
  }

  /** The symbol that another file exports under this or another name. */
  originOf = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
}

export const inOrder = (symbols: ts.Symbol[]): ts.Symbol[] =>
  symbols.toSorted((a, b) => Number(a.name > b.name) - Number(a.name < b.name));

/** Whether a declaration is one of the repository's own. */
export const isOurs = (declaration: ts.Declaration): boolean => {
  const { fileName } = declaration.getSourceFile();
  return !fileName.includes("/node_modules/") && !fileName.includes("/_generated/");
};
