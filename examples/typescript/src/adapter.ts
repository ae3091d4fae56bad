/** Adapter protocol 1 of dtao-spec at the levels kernel and quote: one JSON object a line, in and out. */
import { createInterface } from "node:readline";
import { EPOCH_KERNELS } from "./epoch.ts";
import { FORMATS, I32F32, NUMBER_KERNELS } from "./fixed.ts";
import * as pool from "./pool.ts";

type Message = Record<string, any>;
const ABOUT = {
  name: "typescript-template", language: "TypeScript", version: "1.0.0", protocol: 1, eras: ["launch"],
  levels: ["kernel", "quote"], items: ["SubnetTAO", "SubnetAlphaIn", "SubnetMechanism", "SubnetMovingPrice"],
};
const KERNELS: Message = { ...NUMBER_KERNELS, ...EPOCH_KERNELS };
const QUOTES: Record<string, (args: Message) => bigint | null> = {
  sim_swap_tao_for_alpha: ({ netuid, amount }) => pool.alphaForTao(subnet(netuid), amount),
  sim_swap_alpha_for_tao: ({ netuid, amount }) => pool.taoForAlpha(subnet(netuid), amount),
  get_alpha_price: ({ netuid }) => pool.price(subnet(netuid)),
  get_moving_alpha_price: ({ netuid }) => pool.movingPrice(subnet(netuid)),
  get_max_amount_add: ({ netuid, limit_price: limit }) => pool.maxAmountAdd(subnet(netuid), limit),
  get_max_amount_remove: ({ netuid, limit_price: limit }) => pool.maxAmountRemove(subnet(netuid), limit),
  get_max_amount_move: (a) => pool.maxAmountMove(subnet(a.origin_netuid), subnet(a.destination_netuid), a.limit_price),
};
let state: Message | undefined;
function subnet(netuid: number): pool.Subnet {
  if (!state) throw new RangeError("no state is loaded, send load first");
  return {
    isRoot: netuid === 0, mechanism: state[`SubnetMechanism/${netuid}`] ?? 0, tao: state[`SubnetTAO/${netuid}`] ?? 0n,
    alpha: state[`SubnetAlphaIn/${netuid}`] ?? 0n, movingPrice: state[`SubnetMovingPrice/${netuid}`] ?? 0n,
  };
}
function answer(asked: Message): Message {
  if ((asked.era ?? "launch") !== "launch") return { refused: `unknown era ${asked.era}` };
  if (asked.do === "hello") return { value: ABOUT };
  if (asked.do === "load") state = asked.state;
  if (asked.do === "load" || asked.do === "stop") return { ok: true };
  if (asked.do === "read" && Object.hasOwn(QUOTES, asked.read)) return { value: QUOTES[asked.read](asked.args) };
  if (asked.do !== "kernel") return { skipped: `does no ${asked.do} ${asked[asked.do] ?? ""}` };
  const words: string[] = asked.kernel.split("."); // a function and a format in either order, or a function alone
  const format = words.find((word) => word in FORMATS), name = words.find((word) => word !== format) ?? "";
  if (!Object.hasOwn(KERNELS, name)) return { skipped: `does no kernel ${asked.kernel}` };
  return { value: KERNELS[name](asked.args, format ? FORMATS[format] : I32F32) };
}
const toBigInt = (_: string, a: any) => (typeof a === "string" && /^-?\d+$/.test(a) ? BigInt(a) : a); // decimals
const fromBigInt = (_: string, a: any) => (typeof a === "bigint" ? `${a}` : a);
createInterface({ input: process.stdin }).on("line", (line) => {
  const reply: Message = { seq: null };
  try {
    const asked = JSON.parse(line, toBigInt);
    reply.seq = asked.seq;
    Object.assign(reply, answer(asked));
  } catch (error) { // broken JSON, or what neither BigInt nor the runtime does, such as a division by zero
    reply[error instanceof TypeError ? "errored" : "refused"] = String(error);
  }
  process.stdout.write(JSON.stringify(reply, fromBigInt) + "\n");
});
if (process.argv[2] === "--bug") pool.planted.bug = process.argv[3];
if (!["", "one-rao", "limit"].includes(pool.planted.bug)) throw new Error("the bugs are one-rao and limit");
