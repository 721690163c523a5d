export interface RegisterAddressRequest {
  /** Of an EVM account: `0x` and 40 hexadecimal digits. */
  address: string;
  /** Of the text that `addresses.list` gives, with the address in lower case, by personal_sign (EIP-191). */
  signature: string;
  /** Where the text ends with a line `Expires: <time>`: that time, just as it stands there. */
  expires?: string;
  idempotency_key?: string;
}
