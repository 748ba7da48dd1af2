const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** The time of day, to the second. */
export const timeOfDay = (at: number): string => clock.format(at);

const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The day, and the time of day to the minute. */
export const dayAndTime = (at: number): string => calendar.format(at);

const decimals = new Intl.NumberFormat("en", { maximumFractionDigits: 4 });

/** What a step costs may be less than four decimals show. */
const small = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

export const number = (value: number): string => (value < 0.01 ? small : decimals).format(value);

/** A number of things, such as "1 step" or "2 steps". */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** A time in its two largest units, such as "250 ms", "3.2 s", "2 min 5 s" or "3 h 4 min". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toString()} s`;
  const seconds = Math.floor(ms / 1_000);
  return units(seconds, [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ]);
}

/** A time that is counted down, in whole seconds. */
export const secondsLeft = (ms: number): string =>
  duration(Math.max(0, Math.ceil(ms / 1_000)) * 1_000).replace(/^0 ms$/, "0 s");

function units(seconds: number, sizes: [number, string][]): string {
  const first = sizes.findIndex(([size]) => seconds >= size);
  let rest = seconds;
  return sizes
    .slice(first, first + 2)
    .flatMap(([size, name]) => {
      const whole = Math.floor(rest / size);
      rest -= whole * size;
      return whole === 0 ? [] : [`${whole} ${name}`];
    })
    .join(" ");
}
