// A person at the page, in Debian's Chromium: what they see, tap and type; and what axe has to say about it.
import { createRequire } from 'node:module';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

const require = createRequire(new URL('../../src/web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Playwright gives each launch a new, empty user-data-dir. */
export const launchBrowser = () =>
  chromium.launch({ executablePath: process.env.EXTRAMILE_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });

export const narrow = { width: 320, height: 800 };
export const wide = { width: 1280, height: 900 };

/** A browser of their own for one person. */
export class Person {
  /** @param {import('playwright-core').Page} page */
  constructor(name, page, address, screenshots) {
    this.name = name;
    this.page = page;
    this.address = address;
    this.screenshots = screenshots;
    this.taps = 0;
    /** What the browser complained about; a refused inline style shows up here too. */
    this.complaints = [];
  }

  static async open(browser, name, { address, screenshots, colorScheme = 'light' }) {
    const context = await browser.newContext({ viewport: wide, colorScheme, reducedMotion: 'reduce', baseURL: address });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const person = new Person(name, page, address, screenshots);
    page.on('pageerror', (error) => person.complaints.push(error.message));
    page.on('console', (message) => {
      // An answer of 401 or 422 is the server's right; the browser logs it as an error of its own.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) person.complaints.push(message.text());
    });
    return person;
  }

  async go(where) {
    await this.page.goto(where);
  }

  async signIn(signInName, password) {
    await this.page.getByLabel('Sign-in name').fill(signInName);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** A tap that counts. */
  async tap(place) {
    this.taps += 1;
    await place.click();
  }

  async sees(text, place = this.page) {
    await place.getByText(text).first().waitFor();
  }

  step(title) {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /** Opens a disclosure unless it stands open. */
  async unfold(summary, place = this.page) {
    const details = place.locator('details').filter({ has: this.page.locator('summary', { hasText: summary }) }).last();
    await details.waitFor();
    if (!(await details.evaluate((one) => one.open))) await details.locator('summary').first().click();
    return details;
  }

  /** Both widths: nothing to scroll sideways, nothing for axe to complain about, a picture for whoever asked. */
  async inspect(screen) {
    const found = [];
    for (const [word, size] of [['320', narrow], ['1280', wide]]) {
      await this.page.setViewportSize(size);
      await this.page.waitForTimeout(100);
      const over = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) found.push(`${screen} at ${word} px is ${over} px too wide`);
      const { violations } = await new AxeBuilder({ page: this.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      for (const one of violations) {
        found.push(`${screen} at ${word} px: ${one.id}: ${one.help} (${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join('; ')})`);
      }
      await this.picture(`${screen}-${word}`);
    }
    return found;
  }

  async picture(name) {
    if (!this.screenshots) return;
    await mkdir(this.screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(this.screenshots, `${name}.png`), fullPage: true });
  }
}
