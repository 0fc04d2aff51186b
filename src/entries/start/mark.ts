// The line in a page's head that says: whoever serves this page has a gateway. Files without it, and
// servers without one, never make a page ask.

const MARK = '<meta name="tabkeeper-gateway" content="on" />';

export const withGatewayMark = (html: string): string =>
  html.replace('</head>', `  ${MARK}\n  </head>`);
