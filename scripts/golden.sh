#!/usr/bin/env sh
# Rewrites the committed templates (infra/src/test/resources/golden) from the stacks. Review the diff before committing.
set -eu
cd "$(dirname "$0")/.."
./mvnw -q -pl infra -am -Dtest=GoldenTemplatesTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.rewrite=true test
git --no-pager diff --stat -- infra/src/test/resources/golden
