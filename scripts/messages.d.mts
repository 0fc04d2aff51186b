export declare const faultsOf: (
  languages: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
) => readonly string[];
export declare const checkMessages: () => void;
export declare const messagesAreCompiled: () => void;
export declare const setup: () => Promise<void>;
