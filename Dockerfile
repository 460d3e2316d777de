# docker build -t assessor .                                   (podman builds it as well)
# docker run --read-only --tmpfs /tmp:size=1g --stop-timeout 70 -p 127.0.0.1:8000:8000 -v assessor:/app/var assessor
#
# For a team, with PostgreSQL: compose.yaml and docs/operations/deploy.md.
# `make container-test` carries out these steps in a bare Debian.

FROM debian:trixie-slim AS base
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        python3.13 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3.13-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3.13 -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
# Groups of pyproject.toml: docker build --build-arg EXTRAS="sentry opentelemetry"
ARG EXTRAS=""
RUN /opt/uv/bin/uv sync --frozen --no-dev --no-cache --compile-bytecode --python /usr/bin/python3.13 \
    $(for extra in $EXTRAS; do echo "--group=$extra"; done)
COPY . .
RUN VAR_DIR=/tmp/build STATIC_ROOT=/app/collected .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && .venv/bin/python -m compileall -q assessor

FROM base
COPY --from=build /app /app
# All that changes is in one place; the rest may be mounted read-only, with a /tmp of its own.
RUN useradd --uid 10001 --no-create-home --home-dir /app/var assessor \
    && install --directory --owner assessor --mode 0700 /app/var /backups
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin STATIC_ROOT=/app/collected PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /app/var
USER 10001
EXPOSE 8000
HEALTHCHECK --start-period=60s --timeout=5s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "python -m assessor.bootstrap prepare && exec python manage.py serve --host 0.0.0.0 --in-container"]
