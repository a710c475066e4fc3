import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A busy machine is slow, not wrong: how fast the page must be is asserted end to end, in a browser. Looking up every
// element's visibility in jsdom takes most of the time and says little without the style sheets.
configure({ asyncUtilTimeout: 60_000, defaultHidden: true });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

window.scrollTo = () => {};
Element.prototype.scrollIntoView = () => {};

/** jsdom's files can be read neither as text nor as bytes. */
Blob.prototype.text ??= function text(this: Blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(this);
  });
};
Blob.prototype.arrayBuffer ??= function arrayBuffer(this: Blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.readAsArrayBuffer(this);
  });
};
