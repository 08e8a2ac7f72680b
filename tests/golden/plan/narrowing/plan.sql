BEGIN;
ALTER TABLE public.keeps ALTER COLUMN numbers TYPE bigint[];
ALTER TABLE public.keeps ALTER COLUMN amounts TYPE numeric(12,3)[];
ALTER TABLE public.keeps ALTER COLUMN months TYPE interval;
ALTER TABLE public.keeps ALTER COLUMN days TYPE interval day to second(0);
ALTER TABLE public.keeps ALTER COLUMN stamp TYPE timestamp(6) without time zone;
ALTER TABLE public.keeps ALTER COLUMN day TYPE timestamp(0) without time zone;
ALTER TABLE public.keeps ALTER COLUMN bits TYPE bit varying(4);
ALTER TABLE public.keeps ALTER COLUMN more_bits TYPE bit varying;
ALTER TABLE public.keeps ALTER COLUMN price TYPE public.wide;
ALTER TABLE public.keeps ALTER COLUMN prices TYPE public.wide[];
ALTER TABLE public.keeps ALTER COLUMN digits TYPE numeric(12,2);
ALTER TABLE public.keeps ALTER COLUMN word TYPE text;
-- dbmig:hazard converts column public.loses.document from json to jsonb: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN document TYPE jsonb;
-- dbmig:hazard converts column public.loses.span from interval to interval year to month: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN span TYPE interval year to month;
-- dbmig:hazard converts column public.loses.stamp from timestamp without time zone to timestamp(0) without time zone: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN stamp TYPE timestamp(0) without time zone;
-- dbmig:hazard converts column public.loses.moment from time(3) without time zone to time(0) without time zone: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN moment TYPE time(0) without time zone;
-- dbmig:hazard converts column public.loses.amounts from numeric(10,2)[] to numeric(10,0)[]: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN amounts TYPE numeric(10,0)[];
-- dbmig:hazard converts column public.loses.bits from bit(4) to bit varying(2): values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN bits TYPE bit varying(2);
-- dbmig:hazard converts column public.loses.fixed from bit(4) to bit(8): values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN fixed TYPE bit(8);
-- dbmig:hazard converts column public.loses.price from public.wide to public.narrow: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN price TYPE public.narrow;
-- dbmig:hazard converts column public.loses.prices from public.wide[] to public.narrow[]: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN prices TYPE public.narrow[];
-- dbmig:hazard converts column public.loses.names from character varying(20)[] to character varying(5)[]: values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN names TYPE character varying(5)[];
-- dbmig:hazard converts column public.loses.digits from integer to numeric(5,2): values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN digits TYPE numeric(5,2);
-- dbmig:hazard converts column public.loses.word from text[] to character varying(9): values may change or the conversion may fail
ALTER TABLE public.loses ALTER COLUMN word TYPE character varying(9);
COMMIT;
