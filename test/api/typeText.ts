import ts from "typescript";

/** Types as text that stays the same as long as the types do: members and alternatives in the order of the alphabet. */
export class TypeText {
  /** The types of ours that texts have named so far. */
  readonly named = new Set<ts.Symbol>();
  /** Types that are inferred have lost their names: here they are found by their texts. */
  private readonly byText = new Map<string, ts.Symbol>();

  constructor(
    private readonly checker: ts.TypeChecker,
    /** Whether a declaration is one of the repository's own. */
    private readonly isOurs: (declaration: ts.Declaration) => boolean,
  ) {}

  /** Makes types known that are written out nowhere but in their own declarations. */
  know(symbols: ts.Symbol[]): void {
    const inferred = symbols.filter((symbol) => this.isInferredAlias(symbol));
    const length = (symbol: ts.Symbol) => this.writtenOut(symbol).length;
    // What others contain comes first.
    for (const symbol of inferred.toSorted((a, b) => length(a) - length(b)))
      this.byText.set(this.writtenOut(symbol), symbol);
  }

  /** An alias of an inferred type, or of such an alias. */
  private isInferredAlias(symbol: ts.Symbol | undefined): boolean {
    const declaration = symbol?.declarations?.[0];
    if (!declaration || !ts.isTypeAliasDeclaration(declaration)) return false;
    const { type } = declaration;
    return ts.isTypeReferenceNode(type) && !type.typeArguments
      ? this.isInferredAlias(this.resolved(type.typeName))
      : this.isInferred(type);
  }

  private writtenOut = (symbol: ts.Symbol) => this.ofObject(this.checker.getDeclaredTypeOfSymbol(symbol));

  /** A type as its declaration says it, with what is inferred from our values written out. */
  ofNode(node: ts.TypeNode): string {
    if (ts.isParenthesizedTypeNode(node)) return `(${this.ofNode(node.type)})`;
    if (ts.isArrayTypeNode(node)) return `${this.ofNode(node.elementType)}[]`;
    if (ts.isUnionTypeNode(node)) return node.types.map((one) => this.ofNode(one)).join(" | ");
    if (ts.isIntersectionTypeNode(node)) return node.types.map((one) => this.ofNode(one)).join(" & ");
    if (ts.isTypeLiteralNode(node)) return `{ ${node.members.map((one) => this.ofMember(one)).join("; ")} }`;
    if (!this.isInferred(node)) return this.asWritten(node);
    const type = this.checker.getTypeFromTypeNode(node);
    // An alias would be described by its own name.
    const isOwn = ts.isTypeAliasDeclaration(node.parent) && (type.flags & ts.TypeFlags.Object) !== 0;
    return isOwn ? this.ofObject(type) : this.ofType(type);
  }

  /** A node as it is written; the types that it names are noted. */
  asWritten(node: ts.Node): string {
    const note = (one: ts.Node) => {
      if (ts.isTypeReferenceNode(one)) this.note(this.resolved(one.typeName));
      if (ts.isExpressionWithTypeArguments(one)) this.note(this.resolved(one.expression));
      ts.forEachChild(one, note);
    };
    note(node);
    return plain(node);
  }

  private note(symbol: ts.Symbol | undefined): void {
    if (symbol && symbol.flags & TYPES && symbol.declarations!.some(this.isOurs)) this.named.add(symbol);
  }

  /** A member of an interface, an object type or a class. */
  ofMember(member: ts.TypeElement | ts.ClassElement): string {
    if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member))
      return this.asWritten(member).replace(/;$/, "");
    const { name, questionToken, type } = member;
    const text = type ? this.ofNode(type) : this.ofType(this.checker.getTypeAtLocation(member));
    const isReadonly = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword);
    return `${isReadonly ? "readonly " : ""}${plain(name)}${questionToken ? "?" : ""}: ${text}`;
  }

  ofSignature(signature: ts.Signature, arrow: ": " | " => "): string {
    const names = namesOfObjects(signature);
    const params = signature.parameters.map((symbol) => this.ofParameter(symbol, names));
    const generics = signature.typeParameters
      ?.map(({ symbol }) => this.asWritten(symbol.declarations![0]!))
      .join(", ");
    const declared = (signature.declaration as ts.SignatureDeclaration | undefined)?.type;
    const result = declared ? this.ofNode(declared) : this.ofType(signature.getReturnType());
    return `${generics ? `<${generics}>` : ""}(${params.join(", ")})${arrow}${result}`;
  }

  /** @param names - those of the parameters that take an object apart, in order. */
  private ofParameter(symbol: ts.Symbol, names: string[]): string {
    const declaration = symbol.valueDeclaration as ts.ParameterDeclaration;
    const { name, questionToken, initializer, dotDotDotToken, type } = declaration;
    const text = type ? this.ofNode(type) : this.ofType(this.checker.getTypeOfSymbol(symbol));
    const isOptional = questionToken !== undefined || initializer !== undefined;
    const given = ts.isIdentifier(name) ? name.text : (names.shift() ?? "options");
    return `${dotDotDotToken ? "..." : ""}${given}${isOptional ? "?" : ""}: ${text}`;
  }

  /** A type that no declaration names, written out. */
  ofType(type: ts.Type): string {
    if (type.aliasSymbol) return this.ofReference(type.aliasSymbol, type.aliasTypeArguments ?? []);
    if (type.isUnion()) return this.ofUnion(type.types);
    if (type.isIntersection()) return type.types.map((one) => this.ofType(one)).join(" & ");
    if (this.checker.isArrayType(type)) {
      const element = this.ofType(this.checker.getTypeArguments(type as ts.TypeReference)[0]!);
      return /[ |&]/.test(element) && !element.startsWith("{") ? `(${element})[]` : `${element}[]`;
    }
    if (type.symbol && type.symbol.flags & TYPES && !type.symbol.name.startsWith("__"))
      return this.ofReference(type.symbol, this.checker.getTypeArguments(type as ts.TypeReference));
    const [call] = type.getCallSignatures();
    if (call && type.getProperties().length === 0) return this.ofSignature(call, " => ");
    if (type.flags & ts.TypeFlags.Object) {
      const text = this.ofObject(type);
      const known = this.byText.get(text);
      return known ? this.ofReference(known, []) : text;
    }
    return this.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
  }

  private ofUnion(types: ts.Type[]): string {
    const texts = types.map((one) => this.ofType(one));
    const isBoolean = texts.includes("true") && texts.includes("false");
    const merged = isBoolean
      ? [...texts.filter((one) => !["true", "false"].includes(one)), "boolean"]
      : texts;
    return merged.toSorted().join(" | ");
  }

  private ofObject(type: ts.Type): string {
    const properties = type.getProperties().toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const index = this.checker.getIndexInfosOfType(type).map(({ keyType, type: value }) => {
      return `[key: ${this.ofType(keyType)}]: ${this.ofType(value)}`;
    });
    const members = properties.map((symbol) => {
      const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      const full = this.checker.getTypeOfSymbol(symbol);
      const text = this.ofType(isOptional ? this.checker.getNonNullableType(full) : full);
      const isNullable =
        isOptional && full.isUnion() && full.types.some(({ flags }) => flags & ts.TypeFlags.Null);
      return `${JSON.stringify(symbol.name)}${isOptional ? "?" : ""}: ${text}${isNullable ? " | null" : ""}`;
    });
    return `{ ${[...index, ...members].join("; ")} }`;
  }

  /** Convex's functions and validators are shown by what they take and return, not by how their types are made. */
  private ofReference(symbol: ts.Symbol, args: readonly ts.Type[]): string {
    const { name } = symbol;
    this.note(symbol);
    const kind = /^Registered(Query|Mutation|Action)$/.exec(name)?.[1];
    if (kind) return `${kind}<${args.map((one) => this.ofType(one)).join(", ")}>`;
    if (/^V[A-Z]\w+$/.test(name) && args.length > 0) return `Validator<${this.ofType(args[0]!)}>`;
    const text = args.map((one) => this.ofType(one)).join(", ");
    const isOpaque = name !== "Promise" && text.length > LONGEST_ARGUMENTS;
    return text === "" || isOpaque ? name : `${name}<${text}>`;
  }

  /** The text of the type does not say what it is: it comes from a value of ours, such as a validator. */
  private isInferred(node: ts.Node): boolean {
    if (ts.isTypeQueryNode(node))
      return this.resolved(node.exprName)?.declarations?.some(this.isOurs) ?? false;
    return ts.forEachChild(node, (child) => this.isInferred(child)) ?? false;
  }

  /** The symbol that a name stands for, wherever it was imported from. */
  resolved(name: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** The names that the comment of a function has for parameters that take an object apart, which have none of their own. */
function namesOfObjects(signature: ts.Signature): string[] {
  const own = new Set(signature.parameters.map(({ name }) => name));
  const described = signature
    .getJsDocTags()
    .filter(({ name }) => name === "param")
    .map(({ text }) => /^\w+/.exec(ts.displayPartsToString(text))?.[0] ?? "");
  return [...new Set(described)].filter((name) => name !== "" && !own.has(name));
}

/** The arguments of others' generic types that are longer say nothing to a reader. */
const LONGEST_ARGUMENTS = 200;

const TYPES = ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias;

const printer = ts.createPrinter({ removeComments: true });

/** A node as it is written, without comments. */
const plain = (node: ts.Node): string =>
  printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
