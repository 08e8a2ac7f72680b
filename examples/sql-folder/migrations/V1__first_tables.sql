-- first tables
CREATE TABLE public.people (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    name text NOT NULL,
    team text DEFAULT 'none'::text NOT NULL,
    CONSTRAINT people_pkey PRIMARY KEY (id)
);
CREATE INDEX people_team_idx ON public.people USING btree (team);
CREATE VIEW public.teams AS
 SELECT people.team,
    count(*) AS members
   FROM public.people
  GROUP BY people.team;
