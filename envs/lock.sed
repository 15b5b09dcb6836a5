1i # The one list of versions: the Makefile, envs/ and continuous integration install exactly these.
1i # Made by: make lock
s/^torch==.*/torch==2.13.0/
s/^\(daal\|tbb\|tcmlib\|scikit-learn-intelex\)==\(.*\)/\1==\2; platform_machine == 'x86_64' and sys_platform == 'linux'/
