import type { Client } from './client.ts';

/** A transaction under way. Only functions that are given one may write. */
export type Tx = Omit<Client, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>;
