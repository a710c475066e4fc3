/** "Set up": what an organisation sets up on the page, a line for each. */
export const setupWords = {
  setup: {
    title: 'Set up',
    lead: 'What your organisation needs before people can go the extra mile. Begin at the top.',
    back: 'Set up',
    groups: {
      people: 'People and their limits',
      service: 'Your service',
      systems: 'Other systems',
      record: 'The record',
    },
    entries: {
      people: ['People', 'Who works here, how they sign in, and what each may do.'],
      jobs: ['Job roles', 'What is part of somebody’s job anyway: it needs no permission.'],
      grants: ['Limits', 'How much people may give by themselves, and what they may say yes to.'],
      budgets: ['Budgets', 'How much money all extras together may cost in a month.'],
      offer: ['Our offer and the gestures', 'What you promise every customer, and the small extras people can choose from.'],
      rules: ['Rules', 'What your guidelines and the law allow.'],
      connections: ['Connections', 'Your helpdesk makes cases by itself, and your telephone system says who waits.'],
      callLogs: ['Call logs', 'Past calls, so that a check knows what an extra does to other customers.'],
      workingHours: ['Working hours', 'When each team works on its tickets.'],
      queues: ['Live queues', 'What your telephone and ticket systems say now.'],
      forecasts: ['What forecasts rest on', 'What was learnt from your calls, half-hour by half-hour.'],
      changeProcedure: ['Change procedure', 'The way a suggestion takes until it is part of your offer.'],
      events: ['The record', 'Everything that was written down, event by event.'],
      reviews: ['Feedback reviews', 'Look back at what customers said, and write down what you learnt.'],
      tokens: ['API tokens', 'Keys that let another program work in your name.'],
    } as Record<string, [title: string, line: string]>,
  },
};
