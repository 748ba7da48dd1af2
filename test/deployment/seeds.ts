/** The seeds that a scenario is repeated with: a few, or as many as DEPLOYMENT_SEEDS says. */
export const seedsOf = (few: number): number[] =>
  Array.from({ length: Number(process.env.DEPLOYMENT_SEEDS ?? few) }, (_, index) => index + 1);
