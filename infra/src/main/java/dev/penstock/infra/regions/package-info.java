/** What a global table needs beside its replicas: consumers in one region or all, and watch over the lag. */
@NullMarked
package dev.penstock.infra.regions;

import org.jspecify.annotations.NullMarked;
