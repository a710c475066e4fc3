/** The words for the codes of the contract (api/openapi.yaml), each a dictionary for `say`. */
export const codesWords = {
  outcome: {
    routine: 'Routine',
    allowed: 'You may',
    'needs sign-off': 'Needs a yes',
    undecided: 'Not clear',
    'not allowed': 'Not this way',
    ok: 'Fine',
  } as Record<string, string>,

  outcomeThought: {
    routine: 'It is part of the job',
    allowed: 'I may do it',
    'needs sign-off': 'Somebody must say yes',
    undecided: 'I cannot tell',
    'not allowed': 'I may not',
  } as Record<string, string>,

  gate: {
    'routine or extra': 'Is it extra?',
    authority: 'Is it mine to give?',
    resources: 'Is there time and money?',
    guidelines: 'Is it within our guidelines?',
    regulation: 'Is it lawful?',
    'other customers': 'Is it fair to other customers?',
  } as Record<string, string>,

  gateOk: {
    'routine or extra': 'Yes, it is more than our offer and your job.',
    authority: 'Yes, it is within your limits.',
    resources: 'Yes, there is enough of both.',
    guidelines: 'Yes, nothing speaks against it.',
    regulation: 'Yes, no law stands against it.',
    'other customers': 'Yes, they will hardly notice.',
  } as Record<string, string>,

  dimension: {
    reliability: 'Reliability',
    assurance: 'Assurance',
    tangibles: 'Tangibles',
    empathy: 'Empathy',
    responsiveness: 'Responsiveness',
  } as Record<string, string>,

  dimensionMeans: {
    reliability: 'we do what we said, right and on time',
    assurance: 'we know our work, and people can trust us',
    tangibles: 'what people can see and touch',
    empathy: 'we care about this one person',
    responsiveness: 'we help at once',
  } as Record<string, string>,

  incidentCause: { people: 'People', systems: 'Systems', resources: 'Too little of something' } as Record<string, string>,
  pieceState: { 'not planned': 'not planned', waiting: 'waiting', taken: 'in hand', done: 'done' } as Record<string, string>,
  toldState: { 'not yet': 'Not told yet', told: 'Told', 'not reached': 'Not reached' } as Record<string, string>,

  channel: {
    'face to face': 'face to face',
    phone: 'by phone',
    email: 'by email',
    chat: 'by chat',
    letter: 'by letter',
    web: 'on the web',
    social: 'on social media',
  } as Record<string, string>,

  caseKind: {
    enquiry: 'Question',
    request: 'Request',
    complaint: 'Complaint',
    order: 'Order',
    fault: 'Fault',
    other: 'Other',
  } as Record<string, string>,

  gestureKind: {
    information: 'Information',
    attention: 'Attention',
    priority: 'Going first',
    redo: 'Doing it again',
    goods: 'Goods',
    discount: 'Discount',
    refund: 'Refund',
    money: 'Money',
    access: 'Access',
    visit: 'A visit',
    other: 'Other',
  } as Record<string, string>,

  fit: { met: 'Met', exceeded: 'More than met', short: 'Falls short', not_covered: 'Not covered' } as Record<string, string>,

  expectationKind: { expectation: 'Expectation', need: 'Need' } as Record<string, string>,

  formedBy: {
    'past experience': 'What they met before',
    promise: 'What we promised',
    'word of mouth': 'What others told them',
    advertising: 'Advertising',
    price: 'The price',
    circumstances: 'Their situation',
    unknown: 'Not known',
  } as Record<string, string>,

  learnedBy: { asked: 'I asked', told: 'They told me', observed: 'I saw it', inferred: 'I worked it out' } as Record<string, string>,

  origin: { own: 'My own', asked_for: 'They asked for it', told: 'A colleague told me', suggested: 'extramile suggested it' } as Record<string, string>,

  severity: { low: 'A little', normal: 'As usual', high: 'A lot' } as Record<string, string>,
  load: { quiet: 'Quiet', normal: 'Normal', busy: 'Busy', unknown: 'Not known how busy' } as Record<string, string>,
  situation: { routine: 'Nothing went wrong', let_down: 'They were let down' } as Record<string, string>,
  customerKind: { external: 'A customer', internal: 'A colleague' } as Record<string, string>,

  caseStep: {
    greeting: 'Greeted',
    need: 'Found out the need',
    solution: 'Gave a solution',
    satisfied: 'Asked if it helped',
    follow_up: 'Followed up',
    listened: 'Listened',
    apologised: 'Said sorry',
    investigated: 'Looked into it',
    resolved: 'Put it right',
    followed_up: 'Followed up',
    learned: 'Learned from it',
  } as Record<string, string>,

  purpose: { advice: 'Advice', approval: 'Approval' } as Record<string, string>,
  mode: { 'in app': 'They answer here', spoken: 'We talked' } as Record<string, string>,

  consultState: {
    requested: 'waiting',
    approved: 'approved',
    changed: 'approved with changes',
    declined: 'declined',
    answered: 'answered',
    expired: 'ran out',
    withdrawn: 'taken back',
    escalated: 'passed up',
  } as Record<string, string>,

  spokenAnswer: { approved: 'Yes', changed: 'Yes, with changes', declined: 'No' } as Record<string, string>,

  actionState: { planned: 'planned', done: 'done', 'partly done': 'partly done', failed: 'did not work', reversed: 'undone' } as Record<string, string>,
  promiseState: { open: 'open', kept: 'kept', broken: 'broken', renegotiated: 'new date agreed' } as Record<string, string>,

  outcomeKind: {
    thanks: 'Thanks',
    'kept customer': 'They stay with us',
    'repeat business': 'They came back',
    'saved complaint': 'No complaint after all',
    'time saved': 'Time saved',
    review: 'A review',
    other: 'Something else',
  } as Record<string, string>,

  feedbackSource: { customer: 'The customer', colleague: 'A colleague' } as Record<string, string>,
  feedbackMethod: {
    spoken: 'Aloud',
    survey: 'Survey',
    email: 'Email',
    letter: 'Letter',
    review: 'Review',
    chat: 'Chat',
    gesture: 'A smile or a sign',
  } as Record<string, string>,

  proposalState: {
    suggested: 'Suggested',
    submitted: 'Submitted',
    'under review': 'Under review',
    'on trial': 'On trial',
    adopted: 'Adopted',
    declined: 'Declined',
    withdrawn: 'Withdrawn',
  } as Record<string, string>,
  proposalKind: { routine: 'Make it routine', improvement: 'Mend the cause' } as Record<string, string>,

  coverage: { evidenced: 'Shown', partly: 'Partly shown', missing: 'Missing', 'needs account': 'Needs your account' } as Record<string, string>,

  role: {
    agent: 'agent',
    lead: 'team lead',
    manager: 'manager',
    learner: 'learner',
    assessor: 'assessor',
    iqa: 'quality assurer',
    eqa: 'external quality assurer',
    admin: 'administrator',
  } as Record<string, string>,

  author: {
    suggestion_accepted: 'suggested, kept as it was',
    suggestion_edited: 'suggested, then changed',
    imported: 'came from another system',
    colleague: 'a colleague’s words',
    customer: 'the customer’s words',
  } as Record<string, string>,
};
