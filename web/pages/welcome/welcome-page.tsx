import { useSearchParam } from '../../ui/use-search-param.ts'
import { DoneStep } from './done-step.tsx'
import { FindStep } from './find-step.tsx'

/** The last two steps of the setup: choose a service, and connect to it. */
export function WelcomePage() {
  const [service, setService] = useSearchParam('service', { push: true })
  return service === '' ? (
    <FindStep onChosen={setService} />
  ) : (
    <DoneStep service={service} onOther={() => setService('')} />
  )
}
