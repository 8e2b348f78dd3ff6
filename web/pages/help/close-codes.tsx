import { RotateCw } from 'lucide-react'

import { advice } from '../../../shared/advice.ts'
import { causes } from '../../../shared/causes.ts'
import type { CauseCode } from '../../../shared/causes.ts'
import { text } from '../../messages/help.ts'
import { WithCode } from '../../ui/with-code.tsx'

import styles from './help.module.css'

const rows = (Object.keys(causes) as CauseCode[])
  .map((code) => ({ code, ...causes[code] }))
  .toSorted((a, b) => a.close - b.close)

/** Every close code with what it means and what helps. */
export function CloseCodes() {
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={text.sections.closes}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.closes.code}</th>
            <th scope="col">{text.closes.status}</th>
            <th scope="col">{text.closes.title}</th>
            <th scope="col">{text.closes.advice}</th>
            <th scope="col">{text.closes.cause}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ code, close, status, title, retry }) => (
            <tr key={code}>
              <td className="num strong">{close}</td>
              <td className="num">{status}</td>
              <td>
                {title}
                {retry && (
                  <span className={styles.again} title={text.closes.again}>
                    <RotateCw size={13} role="img" aria-label={text.closes.again} />
                  </span>
                )}
              </td>
              <td>
                <WithCode text={advice[code]} />
              </td>
              <td className="mono nowrap">{code}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
