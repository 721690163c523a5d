// A call has a row in `service_call_open` until it is ended, and one in `service_answer` when it is answered. What is large is written once.
// Most of the time hardly any is open, and plans are kept: a table that looked empty then must not be read whole when it is full. So rows
// are found by `= any`, or one by one in a subquery, and never by a join that might begin at the other end.

/** Each payment once. */
export const BEGIN = `with begun as (
    insert into bursar.service_call (payment_id, org, service, is_sandbox, salt, request, expires_at)
    select payment_id, org, service, is_sandbox, salt, request, now() + $8::float8 * interval '1 day'
    from unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::text[])
      as call (payment_id, org, service, is_sandbox, salt, request)
    on conflict do nothing
    returning payment_id),
  opened as (
    insert into bursar.service_call_open (payment_id, ends_at)
    select payment_id, now() + ends_in_ms * interval '1 ms'
    from begun join unnest($1::uuid[], $7::float8[]) as call (payment_id, ends_in_ms) using (payment_id))
  select payment_id::text from begun`;

/** Each payment once. The lock has a drop wait for it, which would not see the answer; an end may come at the same moment. */
export const ANSWERED = `with still_open as (
    select payment_id from bursar.service_call_open where payment_id = any ($1::uuid[]) for key share)
  insert into bursar.service_answer (payment_id, answer, units)
  select payment_id, answer, units
  from still_open join unnest($1::uuid[], $2::text[], $3::int8[]) as said (payment_id, answer, units) using (payment_id)
  on conflict do nothing
  returning payment_id::text`;

export const ENDED = `delete from bursar.service_call_open where payment_id = any ($1::uuid[])`;

export const LEAVE = `update bursar.service_call_open set ends_at = now() where payment_id = $1::uuid`;

/** First statement of a drop: from here on nobody answers them, and what was answered the second one sees. */
export const LOCK = `select from bursar.service_call_open where payment_id = any ($1::uuid[]) for update`;

export const DROP = `with dropped as (
    delete from bursar.service_call as call where payment_id = any ($1::uuid[])
      and (select said.payment_id from bursar.service_answer as said where said.payment_id = call.payment_id) is null
    returning payment_id)
  delete from bursar.service_call_open where payment_id = any (array(select payment_id from dropped))`;

const CALLS = `select payment_id::text, org, service, is_sandbox, salt, request, answer, units::text,
    case when (select still_open.payment_id from bursar.service_call_open as still_open
      where still_open.payment_id = call.payment_id) is null then 'ended'
      when answer is null then 'calling' else 'answered' end as state
  from bursar.service_call as call left join lateral (
    select answer, units from bursar.service_answer as said where said.payment_id = call.payment_id limit 1) as said on true`;

export const READ = `${CALLS} where payment_id = $1::uuid and expires_at > now()`;

/** Whoever takes one has it for a while; of several processes each takes others. */
export const TAKE = `update bursar.service_call_open set ends_at = now() + $2::float8 * interval '1 ms'
  where payment_id = any (array(select payment_id from bursar.service_call_open where ends_at <= now()
    order by ends_at limit $1 for update skip locked))
  returning payment_id::text`;

/** After they are taken, so that whatever was kept of them before is seen. */
export const READ_TAKEN = `${CALLS} where payment_id = any ($1::uuid[])`;

/** What is not ended stays, however old it is: its payment is open. */
export const SWEEP = `with old as (
    select payment_id from bursar.service_call as call where expires_at <= now()
      and (select still_open.payment_id from bursar.service_call_open as still_open
        where still_open.payment_id = call.payment_id) is null
    order by expires_at limit $1),
  answers as (
    delete from bursar.service_answer where payment_id = any (array(select payment_id from old)))
  delete from bursar.service_call where payment_id = any (array(select payment_id from old))`;
