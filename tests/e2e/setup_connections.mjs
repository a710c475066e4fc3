// Setting up what connects extramile with other systems, and what is kept: as an administrator, a manager and a lead.
//
//   await setsUpConnections({ people: { gwen, daniel, carys }, check, inspect, demand, root, now });   now(): the server's clock
import { createHmac } from 'node:crypto';
import path from 'node:path';

const card = (person, title) => person.page.locator('section.card').filter({ has: person.page.getByRole('heading', { level: 2, name: title }) });
const heading = (person, name) => person.page.getByRole('heading', { level: 1, name }).waitFor();

async function toSetup(person, entry) {
  await person.go('/setup');
  await person.page.getByRole('link', { name: entry, exact: true }).click();
  await heading(person, entry);
}

/** What a telephone system would send: two customers came, one was answered. */
async function tellsOfItsQueue(address, secret, now) {
  const at = (secondsAgo) => new Date(now - secondsAgo * 1000).toISOString();
  const event = (id, what, contact, secondsAgo) => ({ id, team: 'Customer line', what, contact, occurred_at: at(secondsAgo) });
  const body = JSON.stringify({ events: [event('1', 'entered', 'a', 90), event('2', 'entered', 'b', 75), event('3', 'answered', 'a', 30)] });
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return fetch(address, {
    method: 'POST', body,
    headers: { 'Content-Type': 'application/json', 'X-Extramile-Timestamp': timestamp, 'X-Extramile-Signature': `sha256=${signature}` },
  });
}

async function connects({ gwen }, { check, inspect, demand, now }) {
  const { page } = gwen;
  await check('an administrator connects Chatwoot: its secret goes in, the address to paste comes out', async () => {
    await toSetup(gwen, 'Connections');
    await page.getByLabel('A name for it').fill('Website chat');
    await page.getByLabel('Whose cases do its conversations become?').selectOption({ label: 'Amira Shah' });
    await page.getByLabel('The webhook’s secret').fill('a-secret-that-chatwoot-made');
    await page.getByRole('button', { name: 'Add it' }).click();
    const address = await page.getByRole('textbox', { name: 'Its address' }).inputValue();
    demand(address.startsWith(`${gwen.address}/api/v1/webhooks/chatwoot/`), `The address is ${address}.`);
    const refused = await fetch(address, { method: 'POST', body: '{}' });
    demand(refused.status === 401, `An unsigned delivery was answered with ${refused.status}.`);
  }, gwen);
  await check('the secret of a queue feed is made here and shown once, and what is signed with it is taken', async () => {
    await page.getByRole('button', { name: 'I have what I need' }).click();
    const form = await gwen.unfold('Add a connection');
    await form.getByLabel('Queue feed').check();
    await form.getByLabel('A name for it').fill('Telephone');
    await form.getByLabel('Who answers for it?').selectOption({ label: 'Gwen Hart' });
    await form.getByRole('button', { name: 'Add it' }).click();
    const secret = await page.getByRole('textbox', { name: 'The secret' }).inputValue();
    const address = await page.getByRole('textbox', { name: 'Its address' }).inputValue();
    const taken = await tellsOfItsQueue(address, secret, now());
    demand(taken.ok, `What was signed with the secret was answered with ${taken.status}: ${await taken.text()}`);
  }, gwen);
  await inspect(gwen, 'connections');
  await check('after a reload the secret is gone and both connections stand in the list', async () => {
    await page.reload();
    await gwen.sees('Website chat');
    await gwen.sees('Telephone');
    demand((await page.getByRole('textbox', { name: 'The secret' }).count()) === 0, 'The secret is still there.');
  }, gwen);
  await check('a connection is turned off after one question', async () => {
    await page.getByRole('button', { name: 'Turn off Website chat' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await gwen.sees(/^Turned off,/);
  }, gwen);
}

async function importsCalls({ daniel }, { check, inspect, demand, root }) {
  const { page } = daniel;
  await check('a manager tries a call log: its columns are found by name, and what is set aside is counted', async () => {
    await toSetup(daniel, 'Call logs');
    await page.getByLabel('The log').setInputFiles(path.join(root, 'demo/call-log/generated.tsv'));
    await page.getByLabel('Whose calls are these?').fill('Back office');
    demand((await page.getByLabel('When the wait ended').inputValue()) === 'q_exit', 'The column of the wait was not found by its name.');
    demand((await page.getByLabel('How days are written').inputValue()) === 'YYMMDD', 'The form of the day was not found.');
  }, daniel);
  await inspect(daniel, 'call-log');
  await check('then imports it, and forecasts rest on it', async () => {
    await page.getByRole('button', { name: 'Try it: nothing is stored yet' }).click();
    await daniel.sees(/rows read · [\d,]+ clean calls/, card(daniel, 'What an import would do'));
    await inspect(daniel, 'call-log-tried');
    await page.getByRole('button', { name: /^Import [\d,]+ calls/ }).click();
    await daniel.sees('Forecasts rest on these calls from now on.');
    await page.getByRole('link', { name: 'See what forecasts rest on' }).click();
    await daniel.sees(/calls from .* to /);
    await page.getByRole('img', { name: /^Weekdays: calls an hour/ }).waitFor();
  }, daniel);
  await inspect(daniel, 'forecasts');
}

async function setsHours({ daniel, carys }, { check, inspect }) {
  const { page } = daniel;
  await check('a manager says when a team works; hours that are none are refused beside their day', async () => {
    await toSetup(daniel, 'Working hours');
    const form = await daniel.unfold('Add a team');
    await form.getByLabel('Team', { exact: true }).fill('Back office');
    await form.getByLabel('Saturday').fill('noon');
    await form.getByRole('button', { name: 'Save the hours' }).click();
    await form.getByRole('alert').first().waitFor();
    await form.getByLabel('Saturday').fill('9:00-12:00');
    await form.getByRole('button', { name: 'Save the hours' }).click();
    await daniel.sees('09:00–12:00', card(daniel, 'Back office'));
  }, daniel);
  await inspect(daniel, 'working-hours');
  await check('a lead reads the hours and changes nothing', async () => {
    await toSetup(carys, 'Working hours');
    await carys.sees('A manager sets them.');
  }, carys);
  await check('a manager sees how the queue is now, and that it is fresh', async () => {
    await toSetup(daniel, 'Live queues');
    const queue = card(daniel, 'Customer line');
    await daniel.sees('Fresh', queue);
    await daniel.sees(/^Last heard at /, queue);
  }, daniel);
  await inspect(daniel, 'queues');
}

async function changesProcedure({ daniel }, { check, inspect }) {
  const { page } = daniel;
  await check('a manager lets leads decline what was submitted, step by step', async () => {
    await toSetup(daniel, 'Change procedure');
    const form = await daniel.unfold('Change the procedure');
    const step = form.getByRole('group', { name: 'Step 2', exact: true });
    await step.getByRole('group', { name: 'Who may take it to “declined”?' }).getByLabel('leads').check();
    await form.getByRole('button', { name: 'Save the procedure' }).click();
    await daniel.sees('Saved. Suggestions follow it from now on.');
    await daniel.sees('To “Declined”: managers, leads.');
  }, daniel);
  await inspect(daniel, 'change-procedure');
}

async function reviewsAndErases({ daniel, carys }, { check, inspect, demand }) {
  await check('a lead looks back at the feedback and writes down what was learnt', async () => {
    await toSetup(carys, 'Feedback reviews');
    await carys.page.getByLabel('From').fill('2026-02-01T00:00');
    await carys.page.getByLabel('To', { exact: true }).fill('2026-03-01T00:00');
    await carys.page.getByLabel(/What did you learn/).fill('People like to be called back the same day.');
    await carys.page.getByRole('button', { name: 'Write it down' }).click();
    await carys.sees(/^Written down\./);
  }, carys);
  await inspect(carys, 'feedback-reviews');
  const { page } = daniel;
  await check('from a case, a manager opens the customer’s file and erases it after one question', async () => {
    await daniel.go('/?whose=all');
    await page.getByRole('link', { name: /moving house/ }).click();
    await (await daniel.unfold('About this case')).getByRole('link', { name: 'The customer’s file' }).click();
    await daniel.sees('What is known');
    await inspect(daniel, 'customer');
    await page.getByRole('button', { name: 'Erase their personal data' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await daniel.sees(/^Erased: name, contact, number and/);
    await daniel.sees('This customer’s personal data was erased.');
  }, daniel);
  await check('the record says in plain words what happened, page by page and by kind', async () => {
    await toSetup(daniel, 'The record');
    await page.locator('.event').first().waitFor();
    await inspect(daniel, 'events');
    await page.goto('/setup/events?kind=customer_erased');
    await daniel.sees(/events read so far/);
    const more = page.getByRole('button', { name: 'Show what came before' });
    while (await more.isVisible()) {
      const read = await page.getByText(/events read so far/).textContent();
      await more.click();
      await page.waitForFunction((was) => !document.body.textContent.includes(was), read);
    }
    await daniel.sees('A customer’s data was erased', page.locator('.event'));
    demand((await page.locator('.event').count()) === 1, 'Other kinds are shown too.');
  }, daniel);
}

export async function setsUpConnections({ people, ...tools }) {
  await connects(people, tools);
  await importsCalls(people, tools);
  await setsHours(people, tools);
  await changesProcedure(people, tools);
  await reviewsAndErases(people, tools);
}
