import path from "node:path";
import { format, resolveConfig } from "prettier";
import ts from "typescript";
import { inOrder, isOurs, type EntryPoint, type Sources } from "./program.js";
import { TypeText } from "./typeText.js";

/** The page with the public API, next to this file. */
export const PAGE = path.join(import.meta.dirname, "api.md");

const INTRODUCTION = `# The public API

Each entry point of the package with the names that it exports. \`npm run verify\` compares this page with the sources, so that no change of
the public API goes unnoticed: \`npm run api\` writes the page, and CHANGELOG.md says what a user has to do.
`;

/** What the entry points export, and the types that this names. */
class PublicApi {
  private readonly types: TypeText;
  private readonly described = new Set<ts.Symbol>();

  constructor(
    private readonly sources: Sources,
    entries: EntryPoint[],
  ) {
    this.types = new TypeText(sources.checker, isOurs);
    const exported = entries.flatMap(({ source }) => sources.exportedBy(source));
    this.types.know(exported.map(sources.originOf));
  }

  /** The exports of a file, in the order of the alphabet. */
  exportsOf(file: string): string[] {
    return this.sources
      .exportedBy(file)
      .map((symbol) => this.describe(symbol.name, this.sources.originOf(symbol)));
  }

  /** The types that the exports name, and that are no exports themselves. */
  named(): string[] {
    const texts = new Map<ts.Symbol, string>();
    for (;;) {
      const missing = [...this.types.named].filter((symbol) => !this.described.has(symbol));
      if (missing.length === 0) return inOrder([...texts.keys()]).map((symbol) => texts.get(symbol)!);
      for (const symbol of missing) texts.set(symbol, this.describe(symbol.name, symbol));
    }
  }

  private describe(name: string, symbol: ts.Symbol): string {
    this.described.add(symbol);
    const declaration = symbol.declarations![0]!;
    if (!isOurs(declaration)) return `// ${name} is generated.`;
    if (ts.isTypeAliasDeclaration(declaration))
      return `type ${this.headOf(name, declaration)} = ${this.types.ofNode(declaration.type)};`;
    if (ts.isInterfaceDeclaration(declaration))
      return `interface ${this.headOf(name, declaration)} {\n${this.membersOf(declaration)}\n}`;
    if (ts.isClassDeclaration(declaration))
      return `declare class ${this.headOf(name, declaration)} {\n${this.membersOf(declaration)}\n}`;
    const type = this.sources.checker.getTypeOfSymbol(symbol);
    const signatures = type.getCallSignatures();
    if (signatures.length === 0)
      return `declare const ${name === "default" ? "_default" : name}: ${this.types.ofType(type)};`;
    return signatures
      .map((one) => `declare function ${name}${this.types.ofSignature(one, ": ")};`)
      .join("\n");
  }

  private headOf(name: string, declaration: Named): string {
    const generics = declaration.typeParameters?.map((one) => this.types.asWritten(one)).join(", ");
    const parents = "heritageClauses" in declaration ? (declaration.heritageClauses ?? []) : [];
    return [
      generics ? `${name}<${generics}>` : name,
      ...parents.map((one) => this.types.asWritten(one)),
    ].join(" ");
  }

  private membersOf(declaration: ts.InterfaceDeclaration | ts.ClassDeclaration): string {
    const members: readonly (ts.TypeElement | ts.ClassElement)[] = declaration.members;
    const texts = members.flatMap((member) =>
      ts.isConstructorDeclaration(member) ? this.constructorOf(member) : [this.types.ofMember(member)],
    );
    return texts.map((text) => `${text};`).join("\n");
  }

  /** A constructor, and the properties that its parameters make. */
  private constructorOf({ parameters }: ts.ConstructorDeclaration): string[] {
    const texts = parameters.map((one) => this.types.asWritten(one));
    const properties = texts.filter((text) => /^(readonly|public) /.test(text));
    return [
      ...properties,
      `constructor(${texts.map((text) => text.replace(/^(readonly|public) /, "")).join(", ")})`,
    ];
  }
}

type Named = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.TypeAliasDeclaration;

const section = (title: string, texts: string[]) =>
  `\n## ${title}\n\n\`\`\`ts\n${texts.join("\n\n")}\n\`\`\`\n`;

/** The page as it should be. */
export async function publicApi(sources: Sources, entries: EntryPoint[]): Promise<string> {
  const api = new PublicApi(sources, entries);
  const sections = entries.map(({ name, source }) => section(`\`${name}\``, api.exportsOf(source)));
  const text = INTRODUCTION + sections.join("") + section("Types that these name", api.named());
  return format(text, { ...(await resolveConfig(PAGE)), parser: "markdown" });
}
