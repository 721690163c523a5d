/** Roles belong to the whole server: another database's migration may make them at the same moment. */
export function createRole(role: string): string {
  return `do $$ begin
    begin
      create role ${role} nologin;
    exception when duplicate_object or unique_violation then null;
    end;
    if not pg_has_role(current_user, '${role}', 'set') then
      execute format('grant ${role} to %I', current_user);
    end if;
  end $$`;
}
