-- The shop of the README: who buys, and what they ordered.
CREATE TABLE customer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE "order" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer (id),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid', 'sent', 'cancelled')),
    placed_at timestamptz NOT NULL DEFAULT now()
);
