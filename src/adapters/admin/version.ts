/** What `srvr` and the others say of themselves: whose behaviour this is, and whose it is not. */
export const VERSION = '3.8.0-tabkeeper-0.1.0';
