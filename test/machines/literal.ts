import ts from "typescript";

/**
 * The argument of `createMachine` in a source file, as a tool reads it that does not run the code: what is not written out there,
 * such as a constant or a spread, is an error. The context is left out.
 */
export function machineLiteral(source: string): object {
  const file = ts.createSourceFile("machine.ts", source, ts.ScriptTarget.Latest, true);
  const [literal] = callsOf(file, "createMachine").map((call) => call.arguments[0]);
  if (!literal || !ts.isObjectLiteralExpression(literal))
    throw new Error("There is no literal of a machine.");
  return Object.fromEntries(entriesOf(literal).filter(([name]) => name !== "context"));
}

function callsOf(node: ts.Node, method: string): ts.CallExpression[] {
  const within = node.getChildren().flatMap((child) => callsOf(child, method));
  const isCall =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === method;
  return isCall ? [node, ...within] : within;
}

const entriesOf = (literal: ts.ObjectLiteralExpression): [string, unknown][] =>
  literal.properties.map((property) => {
    if (!ts.isPropertyAssignment(property)) throw new Error(`Not written out: ${property.getText()}`);
    const name = property.name.getText();
    return [name, name === "context" ? null : valueOf(property.initializer)];
  });

function valueOf(node: ts.Expression): unknown {
  if (ts.isStringLiteral(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(valueOf);
  if (ts.isObjectLiteralExpression(node)) return Object.fromEntries(entriesOf(node));
  throw new Error(`Not written out: ${node.getText()}`);
}
