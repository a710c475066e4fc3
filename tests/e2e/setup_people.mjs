// Sets up people and their limits on the page: as an administrator, a manager, a lead, and as the person who is new.
import { Person, wide } from './browser.mjs';

/**
 * @param {{browser: import('playwright-core').Browser, address: string, screenshots?: string, password: string,
 *   check: (what: string, body: () => Promise<unknown>, person?: Person) => Promise<void>,
 *   demand: (holds: unknown, otherwise: string) => void,
 *   inspect: (person: Person, screen: string) => Promise<void>}} walk
 * @returns {Promise<Record<'gwen' | 'daniel' | 'carys' | 'priya', Person>>} each signed in, but for Priya, who has left
 */
export async function setsUpPeople({ browser, address, screenshots, password, check, demand, inspect }) {
  const signedIn = async (name, signInName, word = password) => {
    const person = await Person.open(browser, name, { address, screenshots });
    await person.go('/');
    await person.signIn(signInName, word);
    await person.page.getByRole('button', { name: 'Sign out' }).first().waitFor();
    return person;
  };
  const gwen = await signedIn('Gwen', 'gwen');
  const daniel = await signedIn('Daniel', 'daniel');
  const carys = await signedIn('Carys', 'carys');
  const under = async (person, entry) => {
    await person.page.getByRole('link', { name: 'Set up', exact: true }).first().click();
    await person.page.getByRole('main').getByRole('link', { name: entry, exact: true }).click();
    await person.page.getByRole('heading', { level: 1, name: entry, exact: true }).waitFor();
  };
  const line = (person, text) => person.page.getByRole('listitem').filter({ hasText: text }).last();

  await check('an administrator starts where things are set up, and finds each with a line', async () => {
    await gwen.page.getByRole('heading', { level: 1, name: 'Set up', exact: true }).waitFor();
    await gwen.sees('Who works here, how they sign in, and what each may do.');
  }, gwen);
  await inspect(gwen, 'set-up');

  await check('a job role is added with a duty from the catalogue', async () => {
    await under(gwen, 'Job roles');
    const form = await gwen.unfold('Add a job role');
    await form.getByLabel('What is it called?').fill('Complaints adviser');
    await form.getByLabel('Send a plain summary in writing').check();
    await form.getByRole('button', { name: 'Add it' }).click();
    await gwen.sees('Send a plain summary in writing', line(gwen, 'Complaints adviser'));
  }, gwen);
  await check('a duty is taken away from a job role', async () => {
    const form = await gwen.unfold(/Change\s+Complaints adviser/);
    await form.getByLabel('Send a plain summary in writing').uncheck();
    await form.getByRole('button', { name: 'Save' }).click();
    await gwen.sees('No duties yet.');
  }, gwen);
  await inspect(gwen, 'set-up-job-roles');

  let first = '';
  await check('a person is added, and what they sign in with is shown once', async () => {
    await under(gwen, 'People');
    const form = await gwen.unfold('Add a person');
    await form.getByLabel('Name', { exact: true }).fill('Priya Nair');
    await form.getByLabel(/^Agent/).check();
    await form.getByLabel(/^Team \(/).fill('Customer line');
    await form.getByLabel(/^Job role/).selectOption({ label: 'Complaints adviser' });
    await form.getByLabel(/^Sign-in name/).fill('priya');
    await form.getByRole('button', { name: 'Add them' }).click();
    await gwen.sees('Priya Nair is added');
    first = await gwen.page.getByRole('textbox', { name: 'Password', exact: true }).first().inputValue();
    await inspect(gwen, 'set-up-people-added');
    await gwen.page.getByRole('button', { name: 'I have given it to them' }).click();
    await gwen.sees('Agent · Complaints adviser', line(gwen, 'Priya Nair'));
    demand(!(await gwen.page.content()).includes(first), 'The password still stands on the page.');
  }, gwen);
  await gwen.unfold('Priya Nair');
  await inspect(gwen, 'set-up-people');

  const priya = await signedIn('Priya', 'priya', first);
  await check('the new person signs in with it, and makes the password their own', async () => {
    await priya.page.getByRole('link', { name: 'Priya Nair' }).click();
    const form = await priya.unfold('Change my password');
    await form.getByLabel('The password you have now').fill(first);
    await form.getByLabel('The new password').fill('heron kettle sunday');
    await form.getByRole('button', { name: 'Change it' }).click();
    await priya.sees(/^Your password is changed/);
  }, priya);

  const asks = async (token) => (await fetch(`${address}/api/v1/session`, { headers: { Authorization: `Bearer ${token}` } })).status;
  await check('a token is shown once, works for another program, and stops when it is revoked', async () => {
    const form = await priya.unfold('Make a token');
    await form.getByLabel('Which program is it for?').fill('weekly report');
    await form.getByRole('button', { name: 'Make it' }).click();
    const shown = priya.page.getByRole('textbox', { name: 'The token' });
    const token = await shown.inputValue();
    demand((await asks(token)) === 200, 'The token does not work.');
    await inspect(priya, 'account');
    await priya.page.getByRole('button', { name: 'I have copied it' }).click();
    await shown.waitFor({ state: 'detached' });
    await priya.page.getByRole('button', { name: 'Revoke weekly report' }).click();
    await priya.page.getByRole('button', { name: 'Yes', exact: true }).click();
    await priya.sees('The token for “weekly report” is revoked.');
    demand((await asks(token)) === 401, 'The token still works.');
  }, priya);
  await check('who serves customers finds no “Set up” in the navigation', async () => {
    demand((await priya.page.getByRole('link', { name: 'Set up', exact: true }).count()) === 0, 'An agent is led to “Set up”.');
  }, priya);

  await check('a manager sets a limit for one person, and it counts at once', async () => {
    await under(daniel, 'Limits');
    const form = await daniel.unfold('Set a limit');
    await form.getByLabel(/^May give/).check();
    await form.getByLabel('One person').check();
    await form.getByLabel('Which person?').selectOption({ label: 'Priya Nair' });
    await form.getByLabel(/^For one case/).fill('10');
    await form.getByLabel(/^In a month/).fill('50');
    await form.getByLabel(/^Minutes in a day/).fill('30');
    await inspect(daniel, 'set-up-limits-form');
    await form.getByRole('button', { name: 'Set it' }).click();
    await daniel.sees(/£10\.00\sa\scase · £50\.00\sa\smonth · 30\sminutes\sa\sday/);
    await priya.go('/');
    await priya.sees(/£50\.00 left this month/);
  }, daniel);
  await check('a lead passes on a part of their own limit, and not more than they have', async () => {
    await under(carys, 'Limits');
    const form = await carys.unfold('Pass on a part of my own limit');
    const mine = form.getByLabel('Which of your limits?');
    const yes = await mine.locator('option', { hasText: 'May say yes to' }).getAttribute('value');
    await mine.selectOption(yes);
    await form.getByLabel('Which person?').selectOption({ label: 'Priya Nair' });
    await form.getByLabel(/^For one case/).fill('90');
    await form.getByRole('button', { name: 'Pass it on' }).click();
    await carys.sees('This goes beyond the authority it is taken from.');
    await form.getByLabel(/^For one case/).fill('30');
    await form.getByRole('button', { name: 'Pass it on' }).click();
    await carys.sees('passed on by you');
  }, carys);
  await inspect(carys, 'set-up-limits');
  await check('a limit is taken back after a yes, and the one of the role counts again', async () => {
    await daniel.page.getByRole('button', { name: 'Take it back: Priya Nair, May give' }).click();
    await daniel.page.getByRole('button', { name: 'Yes', exact: true }).click();
    const past = await daniel.unfold('Taken back or ended');
    await daniel.sees(/£10\.00\sa\scase/, past);
    await priya.go('/');
    await priya.sees(/£200\.00 left this month/);
  }, daniel);

  await check('a budget is added, with all of it left', async () => {
    await under(daniel, 'Budgets');
    const form = await daniel.unfold('Add a budget');
    await form.getByLabel('What is it called?').fill('Winter goodwill');
    await form.getByLabel(/^How much money/).fill('300');
    await form.getByRole('button', { name: 'Add it' }).click();
    await daniel.sees('£300.00 left of £300.00', line(daniel, 'Winter goodwill'));
  }, daniel);
  await inspect(daniel, 'set-up-budgets');

  await check('whoever forgets their password gets a new one, and is signed out everywhere', async () => {
    const fold = await gwen.unfold('Priya Nair');
    await gwen.unfold('They have forgotten their password', fold);
    await fold.getByRole('button', { name: 'Set it' }).click();
    await gwen.sees('Priya Nair has a new password');
    const second = await fold.getByRole('textbox', { name: 'Password', exact: true }).inputValue();
    await priya.go('/');
    await priya.signIn('priya', second);
    await priya.page.getByRole('heading', { level: 1, name: 'Desk' }).waitFor();
    await fold.getByRole('button', { name: 'I have given it to them' }).click();
  }, gwen);
  await check('somebody who leaves is stopped from signing in, after a yes', async () => {
    const fold = await gwen.unfold('Priya Nair');
    await fold.getByRole('button', { name: 'Stop them signing in' }).click();
    await fold.getByRole('button', { name: 'Yes', exact: true }).click();
    await gwen.sees('cannot sign in', line(gwen, 'Priya Nair'));
    await priya.go('/');
    await priya.signIn('priya', 'heron kettle sunday');
    await priya.page.getByRole('alert').waitFor();
  }, gwen);
  await gwen.page.setViewportSize(wide);
  return { gwen, daniel, carys, priya };
}
