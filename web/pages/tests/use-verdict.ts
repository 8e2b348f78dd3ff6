import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import type { TestResult } from '../../../shared/api.ts'
import type { FixedRules, PolicyDocument, PolicyTest } from '../../../shared/policy/document.ts'

/** After the last change it is quiet for so long before the test is run, in ms. */
const RUN_MS = 300

/** What a test says of these rules, found out in the page. @param test null while it is not complete */
export function useVerdict(test: PolicyTest | null, document: PolicyDocument, fixed: FixedRules) {
  const [asked] = useDebouncedValue(test, RUN_MS)
  return useQuery({
    queryKey: ['test', asked, document, fixed],
    queryFn: () => runOne(asked!, document, fixed),
    enabled: asked !== null && test !== null,
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
  })
}

async function runOne(test: PolicyTest, document: PolicyDocument, fixed: FixedRules): Promise<TestResult> {
  const [{ compile }, { runTests }] = await Promise.all([
    import('../../../shared/policy/policy.ts'),
    import('../../../shared/policy/run-tests.ts'),
  ])
  return runTests(compile({ ...document, tests: [test] }, 0, fixed))[0]!
}
