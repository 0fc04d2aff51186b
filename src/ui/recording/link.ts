// Where a recording is opened: a page of its own, so that a room or a world goes on in its tab.

export const RECORDING_LINK = '#recording';

export const isRecordingLink = (fragment: string): boolean => fragment === RECORDING_LINK;
