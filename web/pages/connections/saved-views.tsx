import { ActionIcon, Button, Modal, Popover, TextInput } from '@mantine/core'
import { Bookmark, Link2, Plus, X } from 'lucide-react'
import { memo, useState } from 'react'

import { text as all } from '../../messages/connections.ts'
import { toast } from '../../toasts/toasts.tsx'
import { AppLink } from '../../ui/app-link.tsx'
import { copy } from './row-menu.tsx'
import { usePreference } from './use-preference.ts'

import styles from './connections.module.css'

const text = all.views
const VIEWS_MAX = 30
const NAME_MAX = 60

/** A view under a name: the part of the address that says what is shown. */
export interface View {
  readonly name: string
  /** `filter=state%3Apaused&sort=-queue`. */
  readonly search: string
}

interface SavedViewsProps {
  /** What is shown now, as the part of an address. */
  readonly search: string
}

/** Views that the account has saved: links, a way to save the present one, and its address for a colleague. */
export const SavedViews = memo(function SavedViews({ search }: SavedViewsProps) {
  const { value, change } = usePreference('connections.views', readViews)
  const [opened, setOpened] = useState(false)
  const [saving, setSaving] = useState(false)
  const views = value ?? []
  const remove = (name: string) => {
    change(views.filter((view) => view.name !== name))
    toast(text.removed(name), { undo: () => change(views) })
  }
  const save = (name: string) => {
    const known = views.some((view) => view.name === name)
    change(known ? views.map((view) => (view.name === name ? { name, search } : view)) : [...views, { name, search }])
    setSaving(false)
    toast(known ? text.replaced(name) : text.saved(name))
  }
  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        width={300}
        shadow="lg"
        trapFocus
        returnFocus
        withRoles
        transitionProps={{ duration: 0 }}
      >
        <Popover.Target>
          <Button variant="default" leftSection={<Bookmark size={15} />} onClick={() => setOpened(!opened)}>
            {text.button}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={text.button} p={8}>
          {views.length === 0 && <p className={styles.viewsNone}>{text.none}</p>}
          <ul className={styles.views}>
            {views.map((view) => (
              <li key={view.name}>
                <AppLink
                  to={view.search === '' ? '/connections' : `/connections?${view.search}`}
                  className={styles.viewName}
                  onClick={() => setOpened(false)}
                >
                  {view.name}
                  <small>{new URLSearchParams(view.search).get('filter')}</small>
                </AppLink>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={28}
                  aria-label={text.remove(view.name)}
                  onClick={() => remove(view.name)}
                >
                  <X size={15} />
                </ActionIcon>
              </li>
            ))}
          </ul>
          <div className={styles.group}>
            <Button
              variant="subtle"
              size="compact-md"
              leftSection={<Plus size={15} />}
              onClick={() => {
                setOpened(false)
                setSaving(true)
              }}
            >
              {text.save}
            </Button>
            <Button
              variant="subtle"
              size="compact-md"
              leftSection={<Link2 size={15} />}
              onClick={() => {
                setOpened(false)
                void copy(`${window.location.origin}/connections${search === '' ? '' : `?${search}`}`, text.copied)
              }}
            >
              {text.copy}
            </Button>
          </div>
        </Popover.Dropdown>
      </Popover>
      {saving && <SaveView names={views.map(({ name }) => name)} onSave={save} onClose={() => setSaving(false)} />}
    </>
  )
})

interface SaveViewProps {
  readonly names: readonly string[]
  readonly onSave: (name: string) => void
  readonly onClose: () => void
}

function SaveView({ names, onSave, onClose }: SaveViewProps) {
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const wanted = name.trim()
  const full = names.length >= VIEWS_MAX && !names.includes(wanted)
  const fault = full ? text.full(VIEWS_MAX) : tried && wanted === '' ? text.noName : null
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.saveTitle}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text.cancel }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (wanted !== '' && !full) onSave(wanted)
        }}
      >
        <TextInput
          data-autofocus
          label={text.name}
          description={text.saveHint}
          value={name}
          maxLength={NAME_MAX}
          error={fault}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className={styles.saveButtons}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit">{text.keep}</Button>
        </div>
      </form>
    </Modal>
  )
}

/** Takes what is kept as far as it makes sense. */
export function readViews(kept: unknown): readonly View[] | null {
  if (!Array.isArray(kept)) return null
  return kept.flatMap((each: unknown) => {
    const { name, search } = (each ?? {}) as Readonly<Record<string, unknown>>
    return typeof name === 'string' && typeof search === 'string' ? [{ name, search }] : []
  })
}
