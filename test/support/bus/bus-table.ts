/** Odoo's table of its bus, as it makes it. */
export const BUS_BUS = `
CREATE TABLE IF NOT EXISTS bus_bus (
    id serial PRIMARY KEY,
    create_uid integer,
    create_date timestamp,
    write_uid integer,
    write_date timestamp,
    channel varchar,
    message varchar
);
`;
