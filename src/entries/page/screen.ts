// What this page shows, whole or in a frame: the one place where a screen is put into the document and taken
// away again.

import { mount, unmount, type Component } from 'svelte';

import { isEmbed } from './mode.ts';

const target = document.getElementById('app') ?? document.body;
export const isFramed = isEmbed(location.search);
/** This very page with all of its parts. */
export const wholePage = location.origin + location.pathname + location.hash;

/** Returns the way to take it away again. */
export const show = <Props extends Record<string, unknown>>(
  component: Component<Props>,
  props: Props,
): (() => void) => {
  const shown = mount(component, { target, props });
  return () => {
    void unmount(shown);
  };
};

/** What draws the whole screen is loaded where it is wanted: a newcomer's first picture does without. */
export const loadApp = async () => (await import('../../ui/App.svelte')).default;
