/** The learner's unit. */
export const unitWords = {
  unit: {
    title: 'My unit',
    lead: 'Worked out from the records of your work. You write nothing twice.',
    none: 'You are not enrolled on a unit yet.',
    enrol: 'Enrol me',
    enrolOn: 'Which unit?',
    evidenced: (done: number, of: number) => `${done} of ${of} criteria shown`,
    kind: { performance: 'You do it', knowledge: 'You know it' },
    missing: 'Still missing',
    records: (count: number) => (count === 1 ? 'One record shows it' : `${count} records show it`),
    sufficiency: 'Is it enough?',
    warnings: 'To look at',
    met: 'met',
    notMet: 'not yet',
    late: 'written down later',
    of: 'of',
  },
};
