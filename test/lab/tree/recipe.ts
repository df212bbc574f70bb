import { createHash } from 'node:crypto';

/** Raised by hand when the making of a tree changes in a way its lists of packages do not show. */
const RECIPE_VERSION = 3;

/** What a small Debian server has beyond the required and important packages. No curl, no python, no sudo. */
export const BARE_PACKAGES = [
  'systemd',
  'systemd-sysv',
  'libpam-systemd',
  'dbus',
  'ca-certificates',
  'wget',
  'iproute2',
  'procps',
  'less',
  'bash-completion',
  'bzip2',
  'xz-utils',
  'lsof',
] as const;

/** For machines where an operator would use curl. */
export const CURL_PACKAGES = ['curl'] as const;

/** All roles' packages, and what helps to look at them. */
export const ROLE_PACKAGES = [
  'haproxy',
  'keepalived',
  'nginx',
  'libnginx-mod-http-cache-purge',
  'libnginx-mod-http-brotli-filter',
  'memcached',
  'apache2',
  'php8.2-fpm',
  'php8.2-opcache',
  'php-memcached',
  'php-mysql',
  'php-apcu',
  'php8.2-curl',
  'php8.2-gd',
  'php8.2-intl',
  'php8.2-mbstring',
  'php8.2-xml',
  'php8.2-zip',
  'mariadb-server',
  'mariadb-backup',
  'glusterfs-server',
  'glusterfs-client',
  'nfs-common',
  'nfs-kernel-server',
  'attr',
  'pebble',
  'xfsprogs',
  'etcd-server',
  'nftables',
  'curl',
  'socat',
  'tcpdump',
  'iputils-ping',
  'iputils-arping',
  'strace',
] as const;

/** For machines with a kernel of their own, and the way into them. */
export const KERNEL_PACKAGES = [
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'zstd',
  'openssh-server',
] as const;

/** Of all drivers, those that an emulated machine needs to find its disk: the less is unpacked at each boot. */
export const KERNEL_FILES = {
  'usr/share/initramfs-tools/conf.d/lab': 'MODULES=list\n',
  'usr/share/initramfs-tools/modules.d/lab': 'virtio_pci\nvirtio_blk\n',
} as const;

/** A short name for everything that goes into the making of one tree: another content, another name. */
export const keyOf = (kind: string, ingredients: unknown): string => {
  const text = JSON.stringify([RECIPE_VERSION, ingredients]);
  return `${kind}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
};
