const statesOfRegion: Readonly<Record<string, readonly string[]>> = {
  Alaskan: ['Alaska'],
  Central: ['Iowa', 'Kansas', 'Missouri', 'Nebraska'],
  Eastern: [
    'DC',
    'Delaware',
    'Maryland',
    'New Jersey',
    'New York',
    'Pennsylvania',
    'Virginia',
    'West Virginia',
  ],
  'Great Lakes': [
    'Illinois',
    'Indiana',
    'Michigan',
    'Minnesota',
    'North Dakota',
    'Ohio',
    'South Dakota',
    'Wisconsin',
  ],
  'New England': [
    'Connecticut',
    'Maine',
    'Massachusetts',
    'New Hampshire',
    'Rhode Island',
    'Vermont',
  ],
  'Northwest Mountain': ['Colorado', 'Idaho', 'Montana', 'Oregon', 'Utah', 'Washington', 'Wyoming'],
  Southern: [
    'Alabama',
    'Florida',
    'Georgia',
    'Kentucky',
    'Mississippi',
    'North Carolina',
    'South Carolina',
    'Tennessee',
  ],
  Southwest: ['Arkansas', 'Louisiana', 'New Mexico', 'Oklahoma', 'Texas'],
  'Western-Pacific': ['Arizona', 'California', 'Hawaii', 'Nevada'],
};

const regionOfState = new Map(
  Object.entries(statesOfRegion).flatMap(([region, states]) =>
    states.map((state): [string, string] => [state, region]),
  ),
);

/** Returns the FAA region of one of the fifty states or DC; undefined for any other text. */
export function faaRegion(state: string): string | undefined {
  return regionOfState.get(state);
}
