// The drawing as a file of its own: outside the page there is no style sheet, so that what it looks like
// here is written into each element, as attributes (the page's policy allows no inline style).

const PROPERTIES = [
  ...(['fill', 'stroke', 'stroke-width', 'paint-order', 'opacity'] as const),
  ...(['font-family', 'font-size', 'font-weight'] as const),
];
const SVG = 'http://www.w3.org/2000/svg';

export function svgFile(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = drawing.querySelectorAll('*');
  for (const [at, element] of [...copy.querySelectorAll('*')].entries()) {
    const original = originals[at];
    if (original === undefined) continue;
    const style = getComputedStyle(original);
    for (const property of PROPERTIES) {
      element.setAttribute(property, style.getPropertyValue(property));
    }
    element.removeAttribute('class');
  }
  for (const name of ['class', 'role', 'tabindex', 'aria-label']) copy.removeAttribute(name);
  copy.setAttribute('xmlns', SVG);
  const ground = document.createElementNS(SVG, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}
