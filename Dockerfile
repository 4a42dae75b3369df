# One image for web, worker, beat and the one-shot jobs; docker-compose.yml says which.
# docs/deployment.md tells how to build, run and upgrade it.

FROM python:3.11.14-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/production.txt /tmp/production.txt
# Wheels only: nothing of a package runs while it is installed. The lock is whole:
# no resolver may want what came out after it.
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --no-deps --require-hashes --only-binary :all: \
      -r /tmp/production.txt

FROM python:3.11.14-slim-bookworm
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Lumina Privacy" \
      org.opencontainers.image.description="A data-subject-rights portal" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# A fixed number: volumes and secrets are owned by it on every host.
RUN groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp \
      --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /data /data/tmp /keys /journal

COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY accounts accounts
COPY audit audit
COPY consent consent
COPY datamap datamap
COPY lumina_privacy lumina_privacy
COPY outbox outbox
COPY requests_app requests_app
COPY retention retention
COPY vault vault
COPY templates templates
COPY static static

# Nothing is written but to the volumes and to /tmp.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=lumina_privacy.settings \
    DATA_DIR=/data \
    LUMINA_KEY_DIR=/keys \
    LUMINA_JOURNAL_DIR=/journal \
    LUMINA_STATIC_ROOT=/opt/static \
    LUMINA_WEB_HOST=0.0.0.0

# The settings want keys and addresses: these are made up here and kept nowhere.
RUN python -m compileall -q /app \
 && LUMINA_SIGNING_KEY="$(python -m lumina_privacy.newkey)" \
    LUMINA_MASTER_KEYS="$(python -m lumina_privacy.newkey)" \
    LUMINA_REF_KEYS="$(python -m lumina_privacy.newkey)" \
    LUMINA_ORIGIN=https://build.invalid \
    LUMINA_SMTP_URL=smtp://build.invalid \
    LUMINA_MAIL_FROM=privacy@build.invalid \
    DATABASE_URL=postgresql://build.invalid/none \
    REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --no-input

USER 10001:10001
VOLUME ["/data", "/keys", "/journal"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python", "-m", "lumina_privacy.healthcheck", "web"]
CMD ["gunicorn", "-c", "python:lumina_privacy.gunicorn_conf"]
