/** The help page. */
export const helpWords = {
  help: {
    title: 'Help',
    lead: 'The words that this page uses, in short.',
    loopTitle: 'How it goes',
    loop: [
      'Open the case. If the customer stands before you, tap “Now”.',
      'Tap what you may do: it is done and written down. Green means you may.',
      'Tell the customer, and see how they take it.',
      'At the end of the shift, one card asks for what is left.',
      'If it worked often, suggest it: it may become part of our offer.',
    ],
    termsTitle: 'Words',
    terms: [
      ['Service offer', 'What we promise every customer. Doing what it says is routine, not extra.'],
      ['Gesture', 'A small extra that we know how to do: a call back, a better seat, a card.'],
      ['Expectation', 'What the customer thinks should happen.'],
      ['Need', 'What would really help them, said or not.'],
      ['Key difference', 'A place where our offer falls short of what they expect.'],
      ['Check', 'Six questions before you act: is it extra, is it yours to give, is there time and money, is it within the guidelines, is it lawful, is it fair to other customers?'],
      ['Advice and approval', 'Advice helps and never stops you. Approval is a yes that you need first.'],
      ['Envelope', 'How far a yes goes: up to this much, until then.'],
      ['Citation', 'The rule or law that an answer rests on.'],
      ['Evidence', 'A record of your work that shows what you can do.'],
    ] as [string, string][],
    raterTitle: 'The five sides of good service (RATER)',
  },
};
