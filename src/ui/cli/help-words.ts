// What each command of zkCli is for.

import type { CommandName } from '../../vocabulary/zkcli/syntax.ts';
import { m } from '../paraglide/messages.js';

const WORDS: Readonly<Record<CommandName, () => string>> = {
  addWatch: () => m.cli_help_addWatch(),
  addauth: () => m.cli_help_addauth(),
  close: () => m.cli_help_close(),
  config: () => m.cli_help_config(),
  connect: () => m.cli_help_connect(),
  create: () => m.cli_help_create(),
  delete: () => m.cli_help_delete(),
  deleteall: () => m.cli_help_deleteall(),
  delquota: () => m.cli_help_delquota(),
  get: () => m.cli_help_get(),
  getAcl: () => m.cli_help_getAcl(),
  getAllChildrenNumber: () => m.cli_help_getAllChildrenNumber(),
  getEphemerals: () => m.cli_help_getEphemerals(),
  history: () => m.cli_help_history(),
  listquota: () => m.cli_help_listquota(),
  ls: () => m.cli_help_ls(),
  printwatches: () => m.cli_help_printwatches(),
  quit: () => m.cli_help_quit(),
  reconfig: () => m.cli_help_reconfig(),
  redo: () => m.cli_help_redo(),
  removewatches: () => m.cli_help_removewatches(),
  set: () => m.cli_help_set(),
  setAcl: () => m.cli_help_setAcl(),
  setquota: () => m.cli_help_setquota(),
  stat: () => m.cli_help_stat(),
  sync: () => m.cli_help_sync(),
  version: () => m.cli_help_version(),
  whoami: () => m.cli_help_whoami(),
};

export const helpWords = (name: CommandName): string => WORDS[name]();
